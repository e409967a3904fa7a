/**
 * Random input, by the hundred thousand, over real sockets.
 *
 * <pre>
 *   Fuzzer --batch after batch--> Talk ---- socket ----> server
 *     |  HeadInputs, FrameInputs, JsonInputs, RequestInputs     |
 *     |  (each input is a function of seed and batch: Dice)      |
 *     +--after each batch--> Healthy ---- socket ---------------+
 * </pre>
 *
 * <p>Whatever the server sends is held against {@link agentcore.fuzz.ReplyRules}, with the
 * description of the protocol; whether a text is JSON is decided by {@link
 * agentcore.fuzz.JsonGrammar}, which shares nothing with the server. A failure names the seed, the
 * batch and the inputs, and the same seed does the same again: {@code make fuzz SEED=1
 * INPUTS=1000000}.
 */
package agentcore.fuzz;
