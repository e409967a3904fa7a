/**
 * The chat page in a real browser, operated with mouse and keyboard: {@link
 * agentcore.browser.Chromium} is the browser, {@link agentcore.browser.Tab} one page in it, {@link
 * agentcore.browser.Visitor} a user of the page. Without a browser these tests are skipped.
 */
package agentcore.browser;
