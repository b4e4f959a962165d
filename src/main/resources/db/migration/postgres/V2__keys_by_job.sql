-- Keys are also taken back by their job, whatever has become of them: a day may bring very many.
DROP INDEX idempotency_keys_begun;

CREATE INDEX idempotency_keys_of_job ON idempotency_keys (job_id);
