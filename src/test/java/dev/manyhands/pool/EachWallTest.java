package dev.manyhands.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What each wall holds by itself. Most deeds are forbidden by more than one, so each is tried with
/// a wall left off as well: what is then possible was held by that wall and no other.
@Timeout(180)
class EachWallTest {
  /// Builds the walls as a worker does, but those that are to be left off, and does all deeds.
  private static final String TRIAL =
      """
      import ctypes, errno, fcntl, json, os, platform, socket, struct, sys
      package, walls, without, port, outside, readable = sys.argv[1:]
      sys.path.insert(0, os.path.dirname(package))
      from manyhands_worker import landlock, sandbox, seccomp
      for wall in without.split('+'):
          if wall == 'seccomp':
              seccomp.apply = lambda *_: None
          elif wall == 'landlock':
              landlock.restrict = lambda *_: None
          elif wall == 'truncation':
              landlock.version = lambda: 2
      libc = ctypes.CDLL(None, use_errno=True)
      numbers = {**seccomp.DENIED, **seccomp.ABSENT, **seccomp.AIMED}
      own, other = socket.socketpair()
      me = os.getpid()
      nobody = 1 << 23  # above all numbers of processes
      def call(name, *args):
          number = numbers[name][seccomp.MACHINES[platform.machine()][1]]
          if libc.syscall(number, *args) < 0:
              raise OSError(ctypes.get_errno(), name)
      deeds = {
          'ptrace': lambda: call('ptrace', 0, 0, 0, 0),
          'keyctl': lambda: call('keyctl', 0, -3, 0),
          'mount': lambda: call('mount', b'none', b'/no/such/folder', b'tmpfs', 0, None),
          'process_vm_readv': lambda: call('process_vm_readv', os.getpid(), None, 0, None, 0, 0),
          'bpf': lambda: call('bpf', 0, None, 0),
          'io_uring_setup': lambda: call('io_uring_setup', 1, None),
          'userfaultfd': lambda: call('userfaultfd', 1),
          'pidfd_send_signal': lambda: call('pidfd_send_signal', os.open('/proc/self', os.O_RDONLY), 0, None, 0),
          'F_SETOWN': lambda: fcntl.fcntl(own, 8, me),
          'F_SETOWN_EX': lambda: fcntl.fcntl(own, 15, struct.pack('ii', 1, me)),
          'F_SETSIG': lambda: fcntl.fcntl(own, 10, 9),
          'FIOSETOWN': lambda: fcntl.ioctl(own, 0x8901, struct.pack('i', me)),
          'SIOCSPGRP': lambda: fcntl.ioctl(own, 0x8902, struct.pack('i', me)),
          'setpriority-group': lambda: os.setpriority(os.PRIO_PGRP, nobody, 19),
          'setpriority-user': lambda: os.setpriority(os.PRIO_USER, nobody, 19),
          'setpriority-other': lambda: os.setpriority(os.PRIO_PROCESS, nobody, 19),
          'sched_setaffinity-other': lambda: os.sched_setaffinity(nobody, {0}),
          'sched_setscheduler-other': lambda: os.sched_setscheduler(nobody, os.SCHED_OTHER, os.sched_param(0)),
          'sched_setaffinity-own': lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
          'ioprio_set-group': lambda: call('ioprio_set', 2, nobody, 2 << 13 | 7),
          'ioprio_set-user': lambda: call('ioprio_set', 3, nobody, 2 << 13 | 7),
          'setpriority-own': lambda: os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0)),
          'ioprio_set-own': lambda: call('ioprio_set', 1, 0, 2 << 13 | 7),
          'F_SETFL': lambda: own.setblocking(False),
          'FIONREAD': lambda: fcntl.ioctl(own, 0x541B, bytes(4)),
          'datagram': lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
          'connect': lambda: socket.create_connection(('127.0.0.1', int(port)), 5).close(),
          'read': lambda: open(outside).close(),
          'write': lambda: open(outside, 'a').close(),
          'truncate': lambda: os.truncate(outside, 1),
          'open-truncated': lambda: os.close(os.open(readable, os.O_RDONLY | os.O_TRUNC)),
          'truncate-own': lambda: (open('own', 'w').close(), open('own', 'w').close()),
          'list': lambda: os.listdir('/'),
      }
      def tried(deed):
          try:
              deed()
              return 'done'
          except OSError as error:
              return errno.errorcode[error.errno]
      with open(walls) as file:
          plan = json.load(file)
      sandbox.apply(plan, os.getpid(), os.getppid())
      print(json.dumps({name: tried(deed) for name, deed in deeds.items()}))
      """;

  private static final Map<String, String> OF_SECCOMP = new HashMap<>();

  static {
    for (String deed :
        List.of(
            "F_SETOWN",
            "F_SETOWN_EX",
            "F_SETSIG",
            "FIOSETOWN",
            "SIOCSPGRP",
            "setpriority-group",
            "setpriority-user",
            "setpriority-other",
            "sched_setaffinity-other",
            "sched_setscheduler-other",
            "ioprio_set-group",
            "ioprio_set-user")) {
      OF_SECCOMP.put(deed, "EPERM");
    }
    OF_SECCOMP.putAll(
        Map.of(
            "ptrace", "EPERM",
            "keyctl", "EPERM",
            "mount", "EPERM",
            "process_vm_readv", "EPERM",
            "bpf", "EPERM",
            "io_uring_setup", "ENOSYS",
            "userfaultfd", "EPERM",
            "pidfd_send_signal", "ENOSYS",
            "datagram", "EACCES"));
  }

  /// Much like deeds that are refused.
  private static final List<String> HARMLESS =
      List.of(
          "setpriority-own",
          "sched_setaffinity-own",
          "ioprio_set-own",
          "F_SETFL",
          "FIONREAD",
          "truncate-own");

  private static final Map<String, String> OF_LANDLOCK =
      Map.of(
          "read", "EACCES",
          "write", "EACCES",
          "truncate", "EACCES",
          "open-truncated", "EACCES",
          "list", "EACCES");

  @TempDir Path folder;

  private Path code;

  @BeforeEach
  void writeCode() throws Exception {
    // Python reads what is beside it, too.
    code = WorkerCode.writeInto(Files.createDirectory(folder.resolve("code")));
  }

  @Test
  void behindAllWallsEachDeedIsRefused() throws Exception {
    Map<String, String> tried = tried("none");

    assertThat(tried)
        .containsAllEntriesOf(OF_SECCOMP)
        .containsAllEntriesOf(OF_LANDLOCK)
        .containsEntry("connect", "EACCES");
    HARMLESS.forEach(deed -> assertThat(tried).containsEntry(deed, "done"));
  }

  @Test
  void withoutTheFilterOfSystemCallsLandlockHoldsItsOwnAndNoMore() throws Exception {
    Map<String, String> tried = tried("seccomp");

    assertThat(tried).containsAllEntriesOf(OF_LANDLOCK).containsEntry("connect", "EACCES");
    OF_SECCOMP.forEach((deed, refusal) -> {
      // Where a program of the kernel's own may not be loaded either, it says the same.
      if (!deed.equals("bpf")) {
        assertThat(tried.get(deed)).as(deed).isNotEqualTo(refusal);
      }
    });
  }

  @Test
  void withoutLandlockTheFilterHoldsItsOwnAndNoMore() throws Exception {
    Map<String, String> tried = tried("landlock");

    assertThat(tried).containsAllEntriesOf(OF_SECCOMP).containsEntry("connect", "EACCES");
    OF_LANDLOCK.keySet().forEach(deed -> assertThat(tried).containsEntry(deed, "done"));
  }

  /// Linux 5.13 to 6.1.
  @Test
  void whereLandlockKnowsNoTruncationTheFilterRefusesIt() throws Exception {
    Map<String, String> tried = tried("truncation");

    assertThat(tried).containsAllEntriesOf(OF_SECCOMP).containsAllEntriesOf(OF_LANDLOCK);
    HARMLESS.forEach(deed -> assertThat(tried).containsEntry(deed, "done"));
  }

  @Test
  void withoutBothOneMayConnect() throws Exception {
    assertThat(tried("seccomp+landlock")).containsEntry("connect", "done");
  }

  /// What came of each deed: `done`, or the name of the error.
  private Map<String, String> tried(String without) throws Exception {
    Path outside = Files.writeString(folder.resolve("outside"), "x");
    Path walls = folder.resolve("walls.json");
    Path readable = Files.writeString(folder.resolve("readable"), "x");
    Sandbox sandbox =
        new Sandbox(
            new SandboxSettings(
                SandboxSettings.Level.HARDENED, false, List.of(readable), List.of()),
            List.of());
    Files.write(walls, sandbox.plan(folder, TaskLimits.DEFAULT));
    Path home = Files.createDirectories(folder.resolve("home"));
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process trial =
          new ProcessBuilder(
                  PoolUnderTest.python().executable().toString(),
                  "-I",
                  "-c",
                  TRIAL,
                  code.toString(),
                  walls.toString(),
                  without,
                  "" + server.getLocalPort(),
                  outside.toString(),
                  readable.toString())
              .directory(home.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(trial.getInputStream().readAllBytes(), UTF_8);
      assertThat(trial.waitFor()).as(said).isZero();
      return JsonMapper.shared().readTree(said).properties().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().stringValue()));
    }
  }

  @Test
  void eachWorkerHasAllOfThem() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      HeardSink sink =
          pool.run(
              PoolUnderTest.function("def f(n): return open('/proc/self/status').read()"), "1");
      assertThat(sink.values.get(0)).contains("nSeccomp:\\t2\\n").contains("nNoNewPrivs:\\t1\\n");
    }
  }
}
