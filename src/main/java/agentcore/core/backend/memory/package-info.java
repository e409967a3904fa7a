/**
 * The backend of a server that runs alone: logs, members and rooms in the memory of the process.
 */
package agentcore.core.backend.memory;
