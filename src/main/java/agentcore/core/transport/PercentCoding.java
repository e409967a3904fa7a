package agentcore.core.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoded UTF-8 (RFC 3986 section 2.1); a plus sign stands for itself. */
final class PercentCoding {
  private PercentCoding() {}

  /**
   * Decodes a part of a path or a query.
   *
   * @throws HttpException 400 where it is malformed
   */
  static String decode(String encoded) throws HttpException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes(encoded)).toString();
    } catch (CharacterCodingException e) {
      throw new HttpException(400, "Percent-encoded text is not UTF-8");
    }
  }

  private static ByteBuffer bytes(String encoded) throws HttpException {
    byte[] bytes = new byte[encoded.length()];
    int length = 0;
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c != '%') {
        bytes[length++] = (byte) c;
        continue;
      }
      int high = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 1), 16) : -1;
      int low = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new HttpException(400, "Percent-encoding is malformed");
      }
      bytes[length++] = (byte) (high * 16 + low);
      i += 2;
    }
    return ByteBuffer.wrap(bytes, 0, length);
  }
}
