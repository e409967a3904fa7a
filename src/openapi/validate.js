// Has Redocly's linter read a description; prints what it has to say, and fails if there is anything.
//   node validate.js FILE
import { readFile } from 'node:fs/promises';
import { createConfig, lint } from '@redocly/openapi-core';

const file = process.argv[2];
const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    // The description is of the server on this machine.
    'no-server-example.com': 'off',
    // Some examples are of requests that are refused for their form; OpenApiTest checks the others.
    'no-invalid-media-type-examples': 'off',
    'no-invalid-parameter-examples': 'off',
  },
});
const problems = await lint({ ref: file, config });
for (const { severity, ruleId, message, location } of problems) {
  const where = location.map((each) => each.pointer ?? '').join(', ');
  console.log(`${severity} ${ruleId} at ${where}: ${message}`);
}
if (problems.length === 0) {
  const { openapi, paths } = JSON.parse(await readFile(file, 'utf8'));
  console.log(`OpenAPI ${openapi}: valid, ${Object.keys(paths).length} paths`);
}
process.exitCode = problems.length === 0 ? 0 : 1;
