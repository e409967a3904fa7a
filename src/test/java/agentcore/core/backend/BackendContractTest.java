package agentcore.core.backend;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * The whole contract of a {@link Backend}. An implementation's test extends this and says how a
 * store is made; what it must do stands in the contracts, a file each.
 */
public abstract class BackendContractTest
    implements LogContract, IdempotencyContract, PresenceContract, DirectoryContract {
  private final List<Backend> started = new ArrayList<>();

  /** Has {@code backend} started now and closed after the test. */
  protected final Backend managed(Backend backend) {
    started.add(backend);
    backend.start();
    return backend;
  }

  @AfterEach
  public void closeAll() {
    started.reversed().forEach(Backend::close);
  }
}
