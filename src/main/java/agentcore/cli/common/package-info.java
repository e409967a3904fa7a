/** What the commands share: parsing flags, and reading the server's events. */
package agentcore.cli.common;
