package dev.manyhands.store;

import dev.manyhands.job.Job;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/// The changes of one commit, applied in order within its transaction.
final class Changes {
  private final JdbcTemplate jdbc;
  private final String node;
  private final Dialect dialect;
  private final Intake intake;
  private final Growth growth;
  private final Keys keys;
  private final ResultLog results;
  private final LimitRows limits;
  private final Dependencies dependencies;

  /// @param mostBytes a longer value is kept beside the log
  /// @param node that writes: what comes is its own
  Changes(JdbcTemplate jdbc, Dialect dialect, String node, int mostBytes) {
    this.jdbc = jdbc;
    this.node = node;
    this.dialect = dialect;
    this.intake = new Intake(jdbc, node);
    this.growth = new Growth(jdbc);
    this.keys = new Keys(jdbc);
    this.limits = new LimitRows(jdbc);
    this.results = new ResultLog(jdbc, mostBytes, !dialect.isShared());
    this.dependencies = new Dependencies(jdbc);
  }

  /// @return for each change whether it took effect
  /// @throws BrokenChange if one would break the log
  List<Boolean> apply(List<Change> changes) {
    holdNode(changes);
    WholeJobs whole = new WholeJobs(changes);
    @Nullable Boolean[] effects = new Boolean[changes.size()];
    for (int i = 0; i < effects.length; i++) {
      Integer end = whole.end(i);
      if (end != null) {
        effects[i] = effects[end] = apply(changes.get(i), (Change.Append) changes.get(end));
      } else if (effects[i] == null) {
        effects[i] = apply(changes.get(i), null);
      }
    }
    return told(changes, Arrays.stream(effects).map(Objects::requireNonNull).toList());
  }

  /// The same without those that would break the log. Slower, since each has a savepoint.
  List<Boolean> applySound(List<Change> changes) {
    holdNode(changes);
    List<Boolean> effects = new ArrayList<>(changes.size());
    for (Change change : changes) {
      jdbc.execute("SAVEPOINT one_change");
      try {
        effects.add(apply(change, null));
      } catch (BrokenChange broken) {
        jdbc.execute("ROLLBACK TO one_change");
        effects.add(false);
      }
      jdbc.execute("RELEASE one_change");
    }
    return told(changes, effects);
  }

  /// First of all, so that whoever gives this node up waits before it has taken anything: who takes
  /// over sees all that this commit brings, or this commit brings nothing.
  private void holdNode(List<Change> changes) {
    if (dialect.isShared() && changes.stream().anyMatch(Changes::takesOn)) {
      NodeRows.hold(jdbc, node);
    }
  }

  /// Whether the change makes something this node's. Others need an epoch, or a job.
  private static boolean takesOn(Change change) {
    return switch (change) {
      case Change.Stage _, Change.Accept _, Change.PutLimit _, Change.RemoveLimit _ -> true;
      case Change.Discard _,
          Change.Grow _,
          Change.Fingerprint _,
          Change.Answer _,
          Change.Append _,
          Change.Hand _,
          Change.HandBack _,
          Change.Release _,
          Change.Remove _ ->
          false;
    };
  }

  private List<Boolean> told(List<Change> changes, List<Boolean> effects) {
    if (dialect.isShared()) {
      News.tell(jdbc, changes, effects);
    }
    return effects;
  }

  /// Whether a commit of these changes took place.
  ///
  /// @param effects what each change had done when it was to be committed
  boolean areThere(List<Change> changes, List<Boolean> effects) {
    return new Traces(jdbc, results).areThere(changes, effects);
  }

  /// @param end of the job that the change accepts, if that is written with it
  private boolean apply(Change change, Change.@Nullable Append end) {
    try {
      return switch (change) {
        case Change.Stage stage -> intake.stage(stage);
        case Change.Discard discard -> intake.discard(discard);
        case Change.Accept accept -> accept(accept, end);
        case Change.Grow grow -> growth.grow(grow);
        case Change.Fingerprint fingerprint -> keys.end(fingerprint);
        case Change.Answer answer -> keys.answer(answer);
        case Change.Append append -> results.append(append);
        case Change.Hand hand -> HandNotes.note(jdbc, hand);
        case Change.HandBack back -> HandNotes.forget(jdbc, back);
        case Change.Release release -> dependencies.release(release);
        case Change.Remove remove -> remove(remove);
        case Change.PutLimit put -> hasLimits() && limits.put(put.limit());
        case Change.RemoveLimit remove -> hasLimits() && limits.remove(remove.name());
      };
    } catch (DataAccessException e) {
      if (dialect.fault(e) == Dialect.Fault.FORBIDDEN) {
        throw new BrokenChange(change, "a rule of the tables forbids it", e);
      }
      throw e;
    }
  }

  private boolean accept(Change.Accept change, Change.@Nullable Append end) {
    if (!change.accepted().spec().gates().limits().isEmpty() && !hasLimits()) {
      return false;
    }
    if (change.once() != null && !keys.begin(change, change.once())) {
      return false; // another node had it first
    }
    Job row = end == null ? change.accepted() : WholeJobs.write(change, end, results);
    boolean accepted = intake.accept(change, row);
    if (accepted) {
      limits.name(change.accepted());
    } else {
      keys.takeBack(change.job());
    }
    return accepted;
  }

  /// Whether named limits, and jobs that name them, are this node's.
  private boolean hasLimits() {
    return !dialect.isShared() || Duties.hold(jdbc, node);
  }

  private boolean remove(Change.Remove change) {
    if (change.takenBack()) {
      keys.takeBack(change.job());
    } else {
      keys.forget(change.job());
      limits.keep(change.job());
    }
    return intake.remove(change);
  }
}
