/** What {@code make dist} makes, unpacked: on {@code make dist-test} alone, skipped otherwise. */
package agentcore.dist;
