package agentcore.torture;

import agentcore.torture.Fault.Kind;

/** Makes clients fail; they come back by themselves. */
final class ClientSaboteur implements Faults.Saboteur {
  private final Crowd crowd;

  ClientSaboteur(Crowd crowd) {
    this.crowd = crowd;
  }

  @Override
  public void begin(Fault fault) {
    TortureClient client = crowd.clients().get(fault.target());
    if (fault.kind() == Kind.CLIENT_TEAR) {
      client.tear();
    } else if (fault.kind() == Kind.CLIENT_SLOW) {
      client.readNothingFor(fault.length());
    } else {
      throw new IllegalArgumentException(fault.kind() + " is no fault of a client");
    }
  }

  @Override
  public void end(Fault fault) {}
}
