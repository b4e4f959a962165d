package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.Outcomes;

/// A service of its own, to be killed: it runs a Python task and a command that never end, and says
/// so.
final class PoolHost {
  private PoolHost() {}

  public static void main(String[] arguments) throws Exception {
    PoolUnderTest host = new PoolUnderTest(2);
    Function python =
        PoolUnderTest.function(
            """
            import os, re, signal, subprocess, time
            def f(n):
                if n > 1:
                    subprocess.Popen(['sleep', '600'], start_new_session=True)
                    if os.fork() == 0:
                        os.setsid()
                        signal.signal(signal.SIGTERM, signal.SIG_IGN)
                        signal.signal(signal.SIGHUP, signal.SIG_IGN)
                        if os.fork() == 0:
                            os.execvp('sleep', ['sleep', '600'])
                        os._exit(0)
                    # Keeps Python's lock for ages, so that no other thread of the worker runs.
                    re.match(r'(a+)+$', 'a' * 60 + 'b')
                time.sleep(n)
            """);
    Function command = PoolUnderTest.command("sh", "-c", "setsid sleep {} & sleep {}");
    for (Function function : new Function[] {python, command}) {
      // The first task ends at once, so that its outcome tells that the second one runs.
      host.pool.offer(PoolUnderTest.chunk(function, null, 0, "0.06", "600"), new Announcing());
    }
    Thread.currentThread().join();
  }

  private static final class Announcing implements ChunkSink {
    @Override
    public void outcomes(Chunk chunk, Outcomes outcomes) {
      System.out.println("runs");
    }

    @Override
    public void ended(Chunk chunk) {
      System.out.println("ended, though it never should");
    }
  }
}
