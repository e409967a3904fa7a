/** What the commands share: how their flags are read, and what a client reads of an event. */
package agentcore.cli.common;
