/**
 * Runs the files of src/dist/deploy with the programs for which they are written. A test is skipped
 * if its program is not installed; .ci/run installs all of them and then lets no test here be
 * skipped.
 */
package agentcore.deploy;
