package agentcore.core.socket;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** A socket with TLS. Its threads block in the JDK, which cannot write without blocking. */
public final class TlsSocket extends PeerSocket {
  /** Most connections are idle, and each keeps this much in its thread. */
  private static final int SMALL_BYTES = 512;

  private final Tls tls;
  private Optional<SSLSocket> secured = Optional.empty();

  /** Creates the socket of a peer. */
  public TlsSocket(Socket accepted, Duration closeTimeout, Tls tls) {
    super(accepted, closeTimeout);
    this.tls = tls;
  }

  @Override
  public void open(Duration timeout) throws IOException {
    configure();
    SSLSocket secure = tls.wrap(accepted);
    within(timeout, secure::startHandshake);
    secured = Optional.of(secure);
  }

  private SSLSocket secure() throws IOException {
    return secured.orElseThrow(() -> new IOException("the handshake has not ended"));
  }

  @Override
  public byte[] read(Duration timeout) throws IOException {
    long millis = timeout.isZero() ? 0 : Math.max(1, timeout.toMillis()); // 0 is no limit
    secure().setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
    InputStream in = secure().getInputStream();
    byte[] bytes = new byte[SMALL_BYTES];
    int n = in.read(bytes);
    if (n == bytes.length && in.available() > 0) {
      bytes = Arrays.copyOf(bytes, n + in.available());
      n += Math.max(0, in.read(bytes, n, bytes.length - n));
    }
    return n < 0 ? NOTHING : Arrays.copyOf(bytes, n);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    secure().getOutputStream().write(bytes, offset, length);
  }

  @Override
  public void shutdownOutput() throws IOException {
    secure().shutdownOutput();
  }
}
