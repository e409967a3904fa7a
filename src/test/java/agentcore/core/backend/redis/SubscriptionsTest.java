package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.RecordingSubscriber;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.redis.link.Health;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.PubSubLink;
import agentcore.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions at two primaries that do what a test tells them to. */
class SubscriptionsTest {
  private static final String PROBE = "probe";

  private final Keys keys = new Keys("ws:", 0);
  private final GroupId lobby = new GroupId(GroupId.Kind.ROOM, "lobby");
  private final String channel = keys.channel(lobby);
  private final Subscriptions subscriptions = new Subscriptions(keys, slot -> owner());
  private final RecordingSubscriber heard = new RecordingSubscriber();
  private final AtomicInteger failures = new AtomicInteger();
  private final FakeRedis here = new FakeRedis();
  private final FakeRedis there = new FakeRedis();
  private final PubSubLink linkHere = link(here.node());
  private final PubSubLink linkThere = link(there.node());
  private volatile PubSubLink owner = linkHere;

  private PubSubLink owner() {
    return owner;
  }

  private PubSubLink link(Node node) {
    return new PubSubLink(
        node,
        new Health(node.server()),
        Duration.ofSeconds(60),
        subscriptions,
        failures::incrementAndGet);
  }

  @BeforeEach
  void start() {
    linkHere.probeOn(PROBE);
    linkThere.probeOn(PROBE);
  }

  @AfterEach
  void stop() {
    linkHere.close();
    linkThere.close();
    here.close();
    there.close();
  }

  /** Subscribes; on a busy machine the confirmation may not come in time. */
  private void subscribe(GroupId group, Subscriber subscriber) {
    Await.until(
        "a subscription",
        () -> {
          try {
            subscriptions.subscribe(group, subscriber);
            return true;
          } catch (BackendException late) {
            return false;
          }
        });
  }

  private static String entry(int seq) {
    return String.join("\n", "E", "epoch", "" + seq, "id-" + (seq - 1), "id-" + seq, "text-" + seq);
  }

  @Test
  void replacesConnectionThatReceivesMessagesButLosesRequests() {
    subscribe(lobby, heard);
    here.isDeaf = true;
    GroupId other = GroupId.user("alice");
    Thread talker =
        Thread.ofVirtual()
            .start(
                () ->
                    Await.until(
                        "another connection",
                        () -> {
                          here.publish(PROBE, "1");
                          return here.connections() > 1;
                        }));
    assertThrows(
        BackendException.class, () -> subscriptions.subscribe(other, new RecordingSubscriber()));
    here.isDeaf = false;
    Await.until("another connection", () -> here.connections() > 1 && !talker.isAlive());
    subscribe(other, new RecordingSubscriber());
  }

  @Test
  void messagesThatArriveTogetherAreFlushedTogether() {
    List<String> events = new CopyOnWriteArrayList<>();
    subscribe(lobby, new Events(events));
    here.publish(channel, entry(1), entry(2), entry(3));
    Await.until("the flush", () -> events.contains("flush"));
    assertEquals(List.of("text-1", "text-2", "text-3", "flush"), events);
    here.publish(channel, entry(4));
    Await.until("another flush", () -> events.size() == 6);
    assertEquals(List.of("text-4", "flush"), events.subList(4, 6));
  }

  private record Events(List<String> events) implements Subscriber {
    @Override
    public void onEntry(Entry entry, String previousId) {
      events.add(entry.text());
    }

    @Override
    public void flush() {
      events.add("flush");
    }

    @Override
    public void onNotice(Notice notice) {
      throw new IllegalStateException("a defect");
    }

    @Override
    public void onGap() {
      throw new IllegalStateException("a defect");
    }
  }

  @Test
  void subscriberThatThrowsDoesNotHarmOthers() {
    subscribe(lobby, new Events(new CopyOnWriteArrayList<>()));
    subscribe(lobby, heard);
    here.publish(channel, Subscriptions.message(Notice.everyone("hello")), "G", entry(1));
    assertEquals("hello", heard.notices(1).getFirst().text());
    assertEquals(List.of("text-1"), heard.texts(1));
    assertEquals(1, heard.gaps());
    assertEquals(1, here.connections());
  }

  @Test
  void followsAChannelToTheNewPrimaryOfItsSlotAndReportsAGap() {
    subscribe(lobby, heard);
    owner = linkThere;
    subscribe(GroupId.user("alice"), new RecordingSubscriber()); // now the link is connected
    subscriptions.follow();
    Await.until("the gap", () -> heard.gaps() == 1);
    subscriptions.follow();
    here.publish(channel, entry(1));
    owner = linkHere;
    subscribe(GroupId.all(), heard); // now the link has dropped the message
    there.publish(channel, entry(2));
    assertEquals(List.of("text-2"), heard.texts(1));
    subscriptions.unsubscribe(lobby, heard);
    Await.until("the end", () -> !there.isSubscribed(channel));
    assertEquals(
        List.of("SSUBSCRIBE " + channel, "SUNSUBSCRIBE " + channel),
        there.requests.stream().filter(request -> request.endsWith(channel)).toList());
    assertFalse(here.requests.contains("SUNSUBSCRIBE " + channel), here.requests::toString);
  }

  @Test
  void subscribesAgainToAChannelThatRedisEndedAndReportsAGap() {
    subscribe(lobby, heard);
    here.take(channel);
    Await.until("a look at the slots", () -> failures.get() == 1);
    assertEquals(0, heard.gaps());
    subscriptions.follow();
    Await.until("the gap", () -> heard.gaps() == 1);
    subscriptions.unsubscribe(lobby, heard);
    Await.until("the end", () -> !here.isSubscribed(channel));
  }

  @Test
  void doesNotUnsubscribeWhatRedisEnded() {
    subscribe(lobby, heard);
    here.take(channel);
    Await.until("a look at the slots", () -> failures.get() == 1);
    subscriptions.unsubscribe(lobby, heard);
    subscriptions.follow();
    subscribe(GroupId.all(), heard);
    assertFalse(here.requests.contains("SUNSUBSCRIBE " + channel), here.requests::toString);
  }

  @Test
  void lostConnectionIsAGapInEachOfItsChannels() {
    subscribe(lobby, heard);
    owner = linkThere;
    RecordingSubscriber elsewhere = new RecordingSubscriber();
    subscribe(GroupId.all(), elsewhere);
    here.cut();
    Await.until("the gap", () -> heard.gaps() == 1);
    assertEquals(0, elsewhere.gaps());
    here.publish(channel, entry(1));
    assertEquals(List.of("text-1"), heard.texts(1));
  }

  @Test
  void unsubscribesWhatIsConfirmedAfterItsEnd() {
    subscribe(lobby, heard);
    here.confirm("unknown");
    Await.until("the end", () -> here.requests.contains("SUNSUBSCRIBE unknown"));
  }

  @Test
  void subscriptionsThatBeginAndEndAtOnceAreRightInTheEnd() throws InterruptedException {
    subscribe(GroupId.all(), heard);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.ofVirtual().start(this::comeAndGo));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Await.until("the end", () -> !here.isSubscribed(channel));
    subscribe(lobby, heard);
    here.publish(channel, entry(1));
    assertEquals(List.of("text-1"), heard.texts(1));
  }

  private void comeAndGo() {
    IntStream.range(0, 200)
        .forEach(
            i -> {
              RecordingSubscriber visitor = new RecordingSubscriber();
              subscribe(lobby, visitor);
              subscriptions.unsubscribe(lobby, visitor);
            });
  }
}
