/**
 * Sends random input to a server over real sockets.
 *
 * <pre>
 *   Fuzzer --batch after batch--> Talk ---- socket ----> server
 *     |  HeadInputs, FrameInputs, JsonInputs, RequestInputs     |
 *     |  HttpInputs                                             |
 *     |  (each input is a function of seed and batch: Dice)     |
 *     +--after each batch--> Healthy ---- socket ---------------+
 * </pre>
 *
 * <p>{@link agentcore.fuzz.ReplyRules} checks everything the server sends, {@link
 * agentcore.fuzz.JsonGrammar} decides independently of the server whether a text is JSON, and
 * {@link agentcore.fuzz.StrictHttp} which requests a stream consists of. A failure reports the
 * seed, the batch and its inputs; the same seed repeats it: {@code make fuzz SEED=1
 * INPUTS=1000000}.
 */
package agentcore.fuzz;
