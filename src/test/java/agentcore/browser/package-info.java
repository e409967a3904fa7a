/**
 * The chat page in a real browser, as people use it: with a mouse, with keys, with their eyes.
 * {@link agentcore.browser.Chromium} runs it, {@link agentcore.browser.Tab} is one page in it,
 * {@link agentcore.browser.Visitor} is somebody who chats there. Where there is no browser these
 * tests are skipped.
 */
package agentcore.browser;
