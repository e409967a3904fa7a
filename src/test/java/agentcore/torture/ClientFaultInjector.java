package agentcore.torture;

import agentcore.torture.Fault.Kind;

/** Makes clients fail; they reconnect by themselves. */
final class ClientFaultInjector implements FaultRunner.Injector {
  private final Crowd crowd;

  ClientFaultInjector(Crowd crowd) {
    this.crowd = crowd;
  }

  @Override
  public void begin(Fault fault) {
    TortureClient client = crowd.clients().get(fault.target());
    if (fault.kind() == Kind.CLIENT_ABORT) {
      client.abort();
    } else if (fault.kind() == Kind.CLIENT_SLOW) {
      client.readNothingFor(fault.length());
    } else {
      throw new IllegalArgumentException("not a client fault: " + fault.kind());
    }
  }

  @Override
  public void end(Fault fault) {}
}
