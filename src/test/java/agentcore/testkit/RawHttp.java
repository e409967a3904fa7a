package agentcore.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/** An HTTP client over a plain socket: sends any bytes, and reads one response after another. */
public final class RawHttp implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  /**
   * A response.
   *
   * @param head without the empty line
   */
  public record Response(int status, String head, String body) {
    /** Returns whether the server says that it closes the connection. */
    public boolean isLast() {
      return head.contains("\r\nConnection: close");
    }
  }

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects to a port of this machine. */
  public static RawHttp open(int port) {
    return open(port, Await.DEADLINE);
  }

  /**
   * Connects to a port of this machine.
   *
   * @param timeout for the server to send something; then reading fails
   */
  public static RawHttp open(int port, Duration timeout) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) timeout.toMillis());
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a text as it is. */
  public RawHttp send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a text whose lines end with CR LF. */
  public RawHttp sendLines(String text) {
    return send(text.replace("\n", "\r\n"));
  }

  /** Ends the stream to the server. */
  public RawHttp shutdownOutput() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a response with its body. */
  public Response next() {
    return next(true);
  }

  /** Reads the response to a HEAD request. */
  public Response nextWithoutBody() {
    return next(false);
  }

  private Response next(boolean withBody) {
    return tryNext(withBody).orElseThrow(() -> new AssertionError("the server closed"));
  }

  /** Reads a response; empty if the server ends the stream instead. */
  public Optional<Response> tryNext(boolean withBody) {
    try {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          if (!head.isEmpty()) {
            throw new AssertionError("the server closed after: " + head);
          }
          return Optional.empty();
        }
        head.append((char) next);
      }
      String text = head.substring(0, head.length() - 4);
      int status = Integer.parseInt(text.substring(9, 12));
      byte[] body = in.readNBytes(withBody ? length(text) : 0);
      return Optional.of(new Response(status, text, new String(body, UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int length(String head) {
    return head.lines()
        .filter(line -> line.startsWith("Content-Length: "))
        .map(line -> Integer.parseInt(line.substring(16)))
        .findFirst()
        .orElse(0);
  }

  /** Waits for the end of the stream; returns what came before it. */
  public String readToEnd() {
    try {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
