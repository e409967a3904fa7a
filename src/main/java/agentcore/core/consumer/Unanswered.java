package agentcore.core.consumer;

import agentcore.core.backend.Receipt;
import agentcore.core.message.Message;
import java.util.function.Supplier;

/**
 * A request whose message is on its way to the log.
 *
 * @param request the request
 * @param startedNanos when it was sent on its way
 * @param receipt waits until the message is in the log
 * @param answer what is left to do then
 */
record Unanswered(Message request, long startedNanos, Supplier<Receipt> receipt, Answer answer) {}
