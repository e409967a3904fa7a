package agentcore.testkit.protocol;

import agentcore.core.message.Names;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Validates values against the schemas of one document (JSON Schema 2020-12). Supports the keywords
 * that our documents use; an unknown keyword is an error, so that none goes unchecked.
 *
 * <p>In a schema, {@code type} stands before the keywords that are for one type only.
 */
final class JsonSchema {
  private static final Set<String> ANNOTATIONS = Set.of("description", "default");

  private final JsonObject document;

  JsonSchema(JsonObject document) {
    this.document = document;
  }

  /** Reads a document of src/docs. */
  static JsonSchema read(String name) {
    try {
      String text = Files.readString(Path.of("src", "docs", name));
      return new JsonSchema(JsonParser.parseString(text).getAsJsonObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resolves a reference such as {@code #/channels/chat}. */
  JsonElement at(String reference) {
    JsonElement found = document;
    for (String name : reference.substring(2).split("/")) {
      found = found.getAsJsonObject().get(name.replace("~1", "/"));
    }
    return found;
  }

  /** Returns an object, or the one that its {@code $ref} names. */
  JsonObject resolved(JsonElement element) {
    JsonObject object = element.getAsJsonObject();
    return object.has("$ref") ? at(object.get("$ref").getAsString()).getAsJsonObject() : object;
  }

  /** Returns the first violation of a schema, if any. */
  Optional<String> fault(JsonElement schema, JsonElement value) {
    return fault("", schema.getAsJsonObject(), value);
  }

  /** Returns the names of the fields that a schema and the schemas in it describe. */
  Set<String> fields(JsonElement schema) {
    Set<String> names = new TreeSet<>();
    addFields(schema, names);
    return names;
  }

  private void addFields(JsonElement schema, Set<String> names) {
    schema
        .getAsJsonObject()
        .asMap()
        .forEach(
            (keyword, rule) -> {
              switch (keyword) {
                case "$ref" -> addFields(at(rule.getAsString()), names);
                case "items", "oneOf" -> options(rule).forEach(each -> addFields(each, names));
                case "properties" -> {
                  names.addAll(rule.getAsJsonObject().keySet());
                  rule.getAsJsonObject().asMap().values().forEach(each -> addFields(each, names));
                }
                default -> {}
              }
            });
  }

  private Optional<String> fault(String where, JsonObject schema, JsonElement value) {
    return schema.entrySet().stream()
        .flatMap(rule -> fault(where, rule.getKey(), rule.getValue(), schema, value).stream())
        .findFirst();
  }

  private Optional<String> fault(
      String where, String keyword, JsonElement rule, JsonObject schema, JsonElement value) {
    boolean holds =
        switch (keyword) {
          case "$ref", "properties", "items" -> true; // checked in nestedFault
          case "oneOf" -> options(rule).filter(each -> fault(each, value).isEmpty()).count() == 1;
          case "type" -> options(rule).anyMatch(type -> isOfType(type.getAsString(), value));
          case "const" -> value.equals(rule);
          case "enum" -> options(rule).anyMatch(value::equals);
          case "minLength" -> Names.length(value.getAsString()) >= rule.getAsInt();
          case "maxLength" -> Names.length(value.getAsString()) <= rule.getAsInt();
          case "pattern" -> Pattern.compile(rule.getAsString()).matcher(value.getAsString()).find();
          case "minimum" -> value.getAsBigDecimal().compareTo(rule.getAsBigDecimal()) >= 0;
          case "maximum" -> value.getAsBigDecimal().compareTo(rule.getAsBigDecimal()) <= 0;
          case "minItems" -> value.getAsJsonArray().size() >= rule.getAsInt();
          case "maxItems" -> value.getAsJsonArray().size() <= rule.getAsInt();
          case "required" ->
              options(rule).allMatch(name -> value.getAsJsonObject().has(name.getAsString()));
          case "additionalProperties" ->
              rule.getAsBoolean()
                  || schema
                      .getAsJsonObject("properties")
                      .keySet()
                      .containsAll(value.getAsJsonObject().keySet());
          default -> {
            if (!ANNOTATIONS.contains(keyword)) {
              throw new IllegalArgumentException("no such keyword: " + keyword);
            }
            yield true;
          }
        };
    return holds
        ? nestedFault(where, keyword, rule, value)
        : Optional.of(where + " violates " + keyword + " " + rule + ": " + value);
  }

  private Optional<String> nestedFault(
      String where, String keyword, JsonElement rule, JsonElement value) {
    return switch (keyword) {
      case "$ref" -> fault(where, at(rule.getAsString()).getAsJsonObject(), value);
      case "items" ->
          options(value)
              .flatMap(each -> fault(where + "[]", rule.getAsJsonObject(), each).stream())
              .findFirst();
      case "properties" ->
          value.getAsJsonObject().entrySet().stream()
              .filter(field -> rule.getAsJsonObject().has(field.getKey()))
              .flatMap(field -> faultOfField(where, rule.getAsJsonObject(), field).stream())
              .findFirst();
      default -> Optional.empty();
    };
  }

  private Optional<String> faultOfField(
      String where, JsonObject rules, Map.Entry<String, JsonElement> field) {
    String path = where + "." + field.getKey();
    return fault(path, rules.getAsJsonObject(field.getKey()), field.getValue());
  }

  /** Returns the elements of an array, or the value itself if it is no array. */
  private static Stream<JsonElement> options(JsonElement rule) {
    return rule instanceof JsonArray list ? list.asList().stream() : Stream.of(rule);
  }

  private static boolean isOfType(String type, JsonElement value) {
    return switch (value) {
      case JsonObject object -> type.equals("object");
      case JsonArray array -> type.equals("array");
      case JsonNull none -> type.equals("null");
      case JsonPrimitive one when one.isString() -> type.equals("string");
      case JsonPrimitive one when one.isBoolean() -> type.equals("boolean");
      default -> type.equals("number") || (type.equals("integer") && isWhole(value));
    };
  }

  private static boolean isWhole(JsonElement number) {
    BigDecimal value = number.getAsBigDecimal();
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
  }
}
