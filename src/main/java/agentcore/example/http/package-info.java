/**
 * The HTTP side of the chat, written on the library's front door.
 *
 * <pre>{@code
 * ChatHttp          adds all routes
 *   Page            the files for the browser: the chat page, and the page for operators
 *   PublicHistory   messages of public rooms, without a key
 *   Api             the API for programs: checks the key of each request
 *     ApiMessages, ApiRooms, ApiUsers   its commands, written on ServerRoom and ServerUser
 *     ApiServer                         the settings and recent metrics, for operators
 *     ApiCall, Problem                  a request, and its refusal
 * }</pre>
 *
 * <p>Threads: each request runs on a virtual thread of its connection, and may block.
 *
 * <p>Invariants: a request has no effect until its origin, key, scope and rate are checked; what
 * was refused is never stored later.
 *
 * <p>Read next: src/docs/api.md and openapi.json, whose examples are run against this package.
 */
package agentcore.example.http;
