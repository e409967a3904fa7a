package agentcore.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.testkit.Requests;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class FieldsTest {
  private static final Fields FIELDS =
      Requests.read(
              """
              {"type":"t","data":
               {"text":" a ","empty":"","digits":"12","number":12,"fraction":1.5,"big":1e3,
                "zero":-0,"beyond":9223372036854775808,"yes":true,"no":false,"null":null,"list":[1],
                "object":{"a":1,"null":null,"inner":{}}}}
              """)
          .data();

  private static void assertWrong(String sentence, Executable read) {
    ClientException fault = assertThrows(ClientException.class, read);
    assertEquals(ErrorCode.INVALID_MESSAGE_FORMAT, fault.code());
    assertEquals(sentence, fault.sentence());
    assertEquals(0, fault.getStackTrace().length, "an answer, not a defect");
  }

  @Test
  void absentAndNullAreEmpty() {
    for (String name : new String[] {"null", "absent"}) {
      assertEquals(Optional.empty(), FIELDS.string(name));
      assertEquals(Optional.empty(), FIELDS.bool(name));
      assertEquals(OptionalLong.empty(), FIELDS.integer(name));
      assertEquals(Optional.empty(), FIELDS.object(name));
      assertEquals(Optional.empty(), Fields.NONE.string(name));
    }
  }

  @Test
  void stringsAreReturnedUntrimmed() {
    assertEquals(Optional.of(" a "), FIELDS.string("text"));
    assertEquals(Optional.of(""), FIELDS.string("empty"));
    assertEquals(Optional.of("12"), FIELDS.string("digits"));
  }

  @Test
  void otherTypesAreNotTakenForStrings() {
    for (String name : new String[] {"number", "yes", "list", "object"}) {
      assertWrong("Field '" + name + "' must be a string", () -> FIELDS.string(name));
    }
  }

  @Test
  void onlyTrueAndFalseAreBooleans() {
    assertEquals(Optional.of(true), FIELDS.bool("yes"));
    assertEquals(Optional.of(false), FIELDS.bool("no"));
    for (String name : new String[] {"text", "number", "list", "object"}) {
      assertWrong("Field '" + name + "' must be a boolean", () -> FIELDS.bool(name));
    }
  }

  @Test
  void onlyWholeNumbersAreIntegers() {
    assertEquals(OptionalLong.of(12), FIELDS.integer("number"));
    assertEquals(OptionalLong.of(0), FIELDS.integer("zero"));
    assertEquals(OptionalLong.of(Long.MAX_VALUE), FIELDS.integer("beyond"));
    for (String name : new String[] {"digits", "fraction", "big", "yes", "list", "object"}) {
      assertWrong("Field '" + name + "' must be an integer", () -> FIELDS.integer(name));
    }
  }

  @Test
  void objectHasFieldsOfItsOwn() {
    Fields object = FIELDS.object("object").orElseThrow();
    assertEquals(OptionalLong.of(1), object.integer("a"));
    assertEquals(Optional.empty(), object.string("null"));
    assertEquals(Optional.empty(), object.object("inner").orElseThrow().string("a"));
    assertWrong("Field 'a' must be an object", () -> object.object("a"));
    for (String name : new String[] {"text", "number", "yes", "list"}) {
      assertWrong("Field '" + name + "' must be an object", () -> FIELDS.object(name));
    }
  }

  @Test
  void fieldsCanBeMadeOfValues() {
    Fields fields = Fields.of(Map.of("text", "a", "number", 7, "object", Map.of("yes", true)));
    assertEquals(Optional.of("a"), fields.string("text"));
    assertEquals(OptionalLong.of(7), fields.integer("number"));
    assertEquals(Optional.of(true), fields.object("object").orElseThrow().bool("yes"));
  }

  @Test
  void listsAreOfOneKind() {
    Fields fields =
        Fields.of(
            Map.of(
                "texts", List.of("a", "b"),
                "mixed", List.of("a", true),
                "objects", List.of(Map.of("x", "y")),
                "text", "a"));
    assertEquals(Optional.of(List.of("a", "b")), fields.strings("texts"));
    assertEquals(Optional.empty(), fields.strings("absent"));
    assertEquals(Optional.of("y"), fields.objects("objects").orElseThrow().getFirst().string("x"));
    for (String wrong : List.of("mixed", "objects", "text")) {
      assertThrows(ClientException.class, () -> fields.strings(wrong));
    }
    assertThrows(ClientException.class, () -> fields.objects("texts"));
  }
}
