// Has AsyncAPI's own parser read a description; prints what it has to say, and fails where that is an error.
//   node validate.js FILE
import { readFile } from 'node:fs/promises';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';

const source = await readFile(process.argv[2], 'utf8');
const { document, diagnostics } = await new Parser().parse(source);
for (const { severity, path, message } of diagnostics) {
  console.log(`${DiagnosticSeverity[severity]} at ${path.join('.')}: ${message}`);
}
const isValid = document !== undefined && diagnostics.every((each) => each.severity !== DiagnosticSeverity.Error);
if (isValid) {
  const counts = ['operations', 'messages', 'schemas'].map((part) => `${document[part]().length} ${part}`);
  console.log(`AsyncAPI ${document.version()}: valid, ${counts.join(', ')}`);
}
process.exitCode = isValid ? 0 : 1;
