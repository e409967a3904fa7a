package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.TestServer;
import org.junit.jupiter.api.Test;

/** The page's list of invitations, by its module. */
class InvitationsBrowserTest extends BrowserTest {
  @Test
  void listThatIsOlderThanAnInvitationDoesNotEndIt() {
    try (TestServer server = ModulePage.start()) {
      Tab tab = open(server.port());
      tab.eval(
          """
          import('/modules/invitations.js').then(({ Invitations }) => {
            window.invitations = new Invitations({ join: () => {}, isIn: () => false });
            invitations.listed({ invitations: [{ room: 'old', from_username: 'bob' }] });
            invitations.arrived({ room: 'new', from_username: 'bob' });
          })
          """);
      assertEquals("old, new", shown(tab));
      tab.eval("window.invitations.listed({ invitations: [], inbox_seq: 9 })");
      assertEquals("new", shown(tab));
      tab.eval("window.invitations.listed({ invitations: [], inbox_seq: 9 })");
      assertEquals("", shown(tab));
    }
  }

  private static String shown(Tab tab) {
    return tab.eval(
            "[...document.querySelectorAll('#invitations .name:not(.quiet)')]"
                + ".map(name => name.textContent).join(', ')")
        .getAsString();
  }
}
