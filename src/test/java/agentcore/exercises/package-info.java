/**
 * The exercises of src/docs/exercises.md: for each what it has to do (a contract, which is a test)
 * and one way to do it. Whoever solves one writes a class of their own, and a test that extends the
 * contract and returns it.
 */
package agentcore.exercises;
