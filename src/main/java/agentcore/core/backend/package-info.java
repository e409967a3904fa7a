/**
 * The store that servers share: logs, memberships and the room directory, behind one tiny
 * interface.
 *
 * <pre>
 *                 Backend
 *       +------------+-------------+
 *      Log        Presence     Directory
 *   publish       join, leave   create, find
 *   read          signal        invite
 *       \            |
 *        \---> Receiver (a server's group) hears entries and signals
 * </pre>
 *
 * <p>A backend moves text, not objects: an event is written once, by the server it began on. The
 * log is the truth and what a receiver hears is a hint of it, so that a hint may be lost.
 *
 * <p>Threads: every method may be called by any thread and may block, but for {@link
 * agentcore.core.backend.Receiver}, which must not.
 *
 * <p>Invariants: see {@link agentcore.core.backend.Backend}. Read next: {@link
 * agentcore.core.connection}.
 */
package agentcore.core.backend;
