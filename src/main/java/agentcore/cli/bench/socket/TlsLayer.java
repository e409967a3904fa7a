package agentcore.cli.bench.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS on one connection. It never waits, and the tasks of the handshake run on the generator's
 * thread. Java must trust the certificate of the server.
 */
public final class TlsLayer implements SocketLayer {
  private final SSLEngine engine;
  private final ByteBuffer records;
  private ByteBuffer own = NOTHING;

  /** Creates a layer that has sent nothing yet; the certificate must be valid for {@code host}. */
  public TlsLayer(String host, int port) throws IOException {
    try {
      engine = SSLContext.getDefault().createSSLEngine(host, port);
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    engine.beginHandshake();
    records = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize());
  }

  @Override
  public ByteBuffer own() throws IOException {
    answer();
    ByteBuffer result = own;
    own = NOTHING;
    return result;
  }

  /** Collects what the engine wants to send. */
  private void answer() throws IOException {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
      own = joined(own, wrap(NOTHING));
    }
  }

  @Override
  public boolean isReady() {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  @Override
  public int read(ReadableByteChannel socket, ByteBuffer into) throws IOException {
    int before = into.position();
    int n;
    boolean more;
    do {
      n = socket.read(records);
      more = !records.hasRemaining();
      records.flip();
      unwrap(into);
      records.compact();
    } while (more && into.remaining() > records.capacity());
    int decoded = into.position() - before;
    return decoded == 0 && n < 0 ? -1 : decoded;
  }

  /** Decodes all complete records. */
  private void unwrap(ByteBuffer into) throws IOException {
    Status status = Status.OK;
    while (records.hasRemaining() && status == Status.OK) {
      status = engine.unwrap(records, into).getStatus();
      runTasks();
      answer();
    }
  }

  private void runTasks() {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      engine.getDelegatedTask().run();
    }
  }

  @Override
  public ByteBuffer encode(ByteBuffer bytes) throws IOException {
    ByteBuffer result = NOTHING;
    while (bytes.hasRemaining()) {
      if (engine.isOutboundDone()) {
        throw new SSLException("TLS is closed");
      }
      ByteBuffer record = wrap(bytes);
      result = result.hasRemaining() ? joined(result, record) : record;
    }
    return result;
  }

  private static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
    int length = first.remaining() + second.remaining();
    return ByteBuffer.allocate(length).put(first).put(second).flip();
  }

  /** Returns one record. */
  private ByteBuffer wrap(ByteBuffer bytes) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(bytes, record);
    runTasks();
    return record.flip();
  }
}
