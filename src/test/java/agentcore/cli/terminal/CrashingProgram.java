package agentcore.cli.terminal;

import java.util.concurrent.CountDownLatch;

/**
 * A program that fails while the terminal is in raw mode: first the thread that reads keys, then
 * main.
 */
final class CrashingProgram {
  private CrashingProgram() {}

  public static void main(String[] args) throws InterruptedException {
    CountDownLatch isOver = new CountDownLatch(1);
    Terminal.Listener listener =
        new Terminal.Listener() {
          @Override
          public boolean entered(String line) {
            return true;
          }

          @Override
          public void ended() {
            isOver.countDown();
          }

          @Override
          public void interrupted() {
            isOver.countDown();
          }
        };
    Completer completer =
        before -> {
          throw new IllegalStateException("the completer failed");
        };
    Terminal terminal = Terminal.open(System.in, System.out, "", completer, listener).orElseThrow();
    terminal.prompt("> ");
    isOver.await();
    throw new IllegalStateException("main failed"); // without closing the terminal
  }
}
