package agentcore.core.backend;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract of a {@link Backend}, in seven parts. The test of an implementation extends this
 * class and creates the stores.
 */
public abstract class BackendContractTest
    implements LogContract,
        UserLogContract,
        IdempotencyContract,
        PresenceContract,
        DirectoryContract,
        UnreadContract,
        AccountsContract {
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
