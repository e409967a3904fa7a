/**
 * What is shipped: {@code RuntimeLibrariesTest} checks the jars, {@code ArchiveTest} the unpacked
 * archive. The latter runs on {@code make dist-test} only.
 */
package agentcore.dist;
