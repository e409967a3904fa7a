package agentcore.core.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {
  @TempDir private Path folder;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private Path file(String content, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String fault(Path file) {
    return assertThrows(IllegalArgumentException.class, () -> SecretFile.read(file)).getMessage();
  }

  @Test
  void createdFileAndItsFoldersAreForTheirOwnerOnly() throws IOException {
    Path file = folder.resolve("state").resolve("agentcore").resolve("secret");
    SecretFile.create(file);
    assertEquals("rw-------", mode(file));
    assertEquals("rwx------", mode(file.getParent()));
    assertEquals("rwx------", mode(file.getParent().getParent()));
    assertTrue(SecretFile.read(file).matches("[0-9a-f]{64}"));
  }

  @Test
  void everyFileHasAnotherSecret() throws IOException {
    Path other = folder.resolve("other");
    SecretFile.create(folder.resolve("one"));
    SecretFile.create(other);
    assertNotEquals(SecretFile.read(folder.resolve("one")), SecretFile.read(other));
  }

  @Test
  void existingFileIsNeverReplaced() throws IOException {
    Path file = file("old", "rw-------");
    assertThrows(FileAlreadyExistsException.class, () -> SecretFile.create(file));
    assertEquals("old", Files.readString(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw-rw-rw-"})
  void fileThatOthersMayUseIsRefusedAndNotShown(String mode) throws IOException {
    Path file = file("a secret that nobody may see", mode);
    String fault = fault(file);
    assertTrue(fault.contains(mode) && fault.endsWith("chmod 600 " + file), fault);
    assertFalse(fault.contains("nobody"), fault);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------"})
  void fileOfItsOwnerIsReadWithoutWhiteSpaceAroundIt(String mode) throws IOException {
    assertEquals("one, two", SecretFile.read(file(" one, two \n\n", mode)));
  }

  @Test
  void severalLinesAreRefused() throws IOException {
    assertTrue(fault(file("one\ntwo\n", "rw-------")).startsWith("must have one line"));
  }

  @Test
  void missingFileAndFolderAreRefused() {
    assertTrue(fault(folder.resolve("none")).startsWith("must exist"));
    assertEquals("must be a file", fault(folder));
  }
}
