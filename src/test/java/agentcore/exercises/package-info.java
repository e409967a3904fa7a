/**
 * The exercises of src/docs/exercises.md: for each a contract, which is an abstract test, and one
 * solution. To solve an exercise, write a class and a test that extends the contract and returns
 * it.
 */
package agentcore.exercises;
