package agentcore.core.consumer;

/**
 * The typed name of a value that a {@link Session} keeps for the program. Two attributes with the
 * same name and type are the same.
 *
 * @param type the class of the value
 */
public record Attribute<T>(String name, Class<T> type) {}
