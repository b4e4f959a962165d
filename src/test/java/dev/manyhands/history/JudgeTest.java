package dev.manyhands.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.Found.FoundJob;
import dev.manyhands.testkit.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The judge accepts a good history, and rejects one that breaks a single promise for that promise.
class JudgeTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /// A job of two tasks, submitted twice since the first answer was lost, killed once while task 1
  /// ran; each test spoils one thing of it.
  private final List<Event> events = new ArrayList<>();

  private final List<Witness.Start> starts = new ArrayList<>();
  private final List<String> lines = new ArrayList<>(List.of(line(0, "n0"), line(1, "n2")));
  private final Map<String, Integer> counts =
      new TreeMap<>(Map.of("total", 2, "succeeded", 2, "failed", 0));
  private final List<FoundJob> more = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private String state = "succeeded";
  private String log = "INFO all is well";
  private boolean isThere = true;

  JudgeTest() {
    events.add(new Event.Submitted("k", 2, Told.INDETERMINATE, null));
    events.add(new Event.Submitted("k", 2, Told.OK, "job_1"));
    events.add(new Event.Seen("k", Map.of(0, line(0, "n0")), Map.of(0, 1)));
    events.add(new Event.Struck("kill -9", 1));
    events.add(new Event.Waited(Duration.ofSeconds(3), PATIENCE));
    starts.add(new Witness.Start("k", 0, 10, "n0"));
    starts.add(new Witness.Start("k", 1, 10, "n1"));
    starts.add(new Witness.Start("k", 1, 11, "n2"));
  }

  @Test
  void acceptsAHistoryThatKeepsAllPromises() {
    assertThat(judged()).isEmpty();
  }

  @Test
  void anAcceptedJobThatIsNotThereIsLost() {
    isThere = false;
    assertBroken(Promise.NONE_LOST);
  }

  @Test
  void anAcceptedJobUnderAnotherIdIsLost() {
    events.set(1, new Event.Submitted("k", 2, Told.OK, "job_2"));
    assertBroken(Promise.NONE_LOST);
  }

  @Test
  void aMissingRecordIsNotOne() {
    lines.removeLast();
    counts.put("succeeded", 1);
    counts.put("total", 1);
    assertBroken(Promise.ONE_RECORD);
  }

  @Test
  void aGapInTheRecordsIsNotOne() {
    lines.removeLast();
    assertThat(promises()).contains(Promise.ONE_RECORD, Promise.COUNTS_AGREE);
  }

  @Test
  void aSecondRecordIsNotOne() {
    lines.add(line(1, "n1"));
    assertThat(promises()).contains(Promise.ONE_RECORD, Promise.COUNTS_AGREE);
  }

  @Test
  void aRecordOfNoTaskIsNotOne() {
    lines.add(line(2, "n1"));
    assertThat(promises()).contains(Promise.ONE_RECORD);
  }

  @Test
  void anotherValueIsWrong() {
    lines.set(1, line(1, "n2").replace(Witness.value("k", 1), Witness.value("k", 0)));
    assertBroken(Promise.RIGHT_VALUE);
  }

  @Test
  void aValueThatNoRunMadeIsWrong() {
    lines.set(1, line(1, "made up"));
    assertBroken(Promise.RIGHT_VALUE);
  }

  @Test
  void aValueOfAnotherTasksRunIsWrong() {
    lines.set(1, line(1, "n0"));
    assertBroken(Promise.RIGHT_VALUE);
  }

  @Test
  void aResultThatWasReadAndIsNowAnotherHasChanged() {
    events.set(2, new Event.Seen("k", Map.of(0, line(0, "n0") + " "), Map.of(0, 1)));
    assertBroken(Promise.NEVER_CHANGED);
  }

  @Test
  void aJobThatIsBackAfterItsRemovalHasChanged() {
    events.add(new Event.Removed("k", Told.OK));
    assertBroken(Promise.NEVER_CHANGED);
  }

  @Test
  void aCountThatIsNotThatOfTheRecordsDisagrees() {
    counts.put("succeeded", 1);
    counts.put("failed", 1);
    assertBroken(Promise.COUNTS_AGREE);
  }

  @Test
  void countsThatDoNotAddUpDisagree() {
    counts.put("succeeded", 1);
    assertBroken(Promise.COUNTS_AGREE);
  }

  @Test
  void twoJobsOfOneKeyAreDoubled() {
    more.add(found("job_2"));
    assertBroken(Promise.NONE_DOUBLED);
  }

  @Test
  void aJobThatWasOnlyTurnedDownIsOneTooMany() {
    events.set(0, new Event.Submitted("k", 2, Told.FAIL, null));
    events.set(1, new Event.Submitted("k", 2, Told.FAIL, null));
    assertBroken(Promise.NONE_DOUBLED);
  }

  @Test
  void aJobThatHasNotEndedIsStuck() {
    state = "running";
    assertBroken(Promise.NONE_STUCK);
  }

  @Test
  void anEndThatTookLongerThanThePatienceIsStuck() {
    events.set(4, new Event.Waited(Duration.ofSeconds(61), PATIENCE));
    assertBroken(Promise.NONE_STUCK);
  }

  @Test
  void aTaskThatHadEndedAndStartedAgainIsRepeated() {
    starts.add(new Witness.Start("k", 0, 11, "n3"));
    events.add(new Event.Struck("kill -9", 1));
    assertBroken(Promise.NONE_REPEATED);
  }

  @Test
  void moreRunsAgainThanTheFaultsInterruptedAreRepeated() {
    starts.add(new Witness.Start("k", 1, 11, "n3"));
    assertBroken(Promise.NONE_REPEATED);
  }

  @Test
  void aProcessThatOutlivesTheServiceIsLeft() {
    left.add("process 17 sleep 600");
    assertBroken(Promise.NOTHING_LEFT);
  }

  @Test
  void aLogThatNamesTheSecretIsNotClean() {
    log = "DEBUG the key is canary";
    assertBroken(Promise.LOG_CLEAN);
  }

  @Test
  void aLogThatConfessesAMistakeIsNotClean() {
    log = "ERROR The dispatcher goes on after a mistake of its own.";
    assertBroken(Promise.LOG_CLEAN);
  }

  @Test
  void aCrashOfATaskThatCouldSucceedIsWrong() {
    crash(1);
    assertBroken(Promise.RIGHT_VALUE);
  }

  @Test
  void aDoomedTaskMayEndAsItHasToAndStartAgain() {
    crash(1);
    events.add(new Event.Doomed("k", Set.of(1), "crashed", 3));
    starts.add(new Witness.Start("k", 1, 12, "n3"));
    assertThat(judged()).isEmpty();
  }

  @Test
  void aDoomedTaskThatSucceedsIsWrong() {
    events.add(new Event.Doomed("k", Set.of(1), "crashed", 3));
    assertBroken(Promise.RIGHT_VALUE);
  }

  @Test
  void aDoomedTaskThatStartedTooOftenIsRepeated() {
    crash(1);
    events.add(new Event.Doomed("k", Set.of(1), "crashed", 1));
    assertBroken(Promise.NONE_REPEATED);
  }

  @Test
  void aTaskBesideADoomedOneThatRanAgainIsRepeated() {
    crash(1);
    events.set(3, new Event.Doomed("k", Set.of(1), "crashed", 3));
    starts.add(new Witness.Start("k", 0, 12, "n3"));
    assertBroken(Promise.NONE_REPEATED);
  }

  private void crash(int index) {
    lines.set(index, "{\"index\":%d,\"status\":\"crashed\",\"attempt\":1}".formatted(index));
    counts.put("succeeded", 1);
    counts.put("crashed", 1);
  }

  private void assertBroken(Promise promise) {
    assertThat(promises()).containsOnly(promise);
  }

  private List<Promise> promises() {
    return judged().stream().map(Broken::promise).toList();
  }

  private List<Broken> judged() {
    List<FoundJob> jobs = new ArrayList<>(more);
    if (isThere) {
      jobs.add(found("job_1"));
    }
    return Judge.judge(events, new Found(jobs, starts, left, log), "canary");
  }

  private FoundJob found(String id) {
    return new FoundJob(id, "k", state, counts, lines, lines);
  }

  private static String line(int index, String nonce) {
    return "{\"index\":%d,\"status\":\"succeeded\",\"value\":[\"%s\",\"%s\"],\"attempt\":1}"
        .formatted(index, Witness.value("k", index), nonce);
  }
}
