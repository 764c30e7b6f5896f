// Writes schema.json: of each resource named below, what azurerm's schema says, in the form of `terraform providers schema -json`.
//
//   node extract.mjs 14.23.1 >schema.json       (a version of @cdktf/provider-azurerm; 30 MB come from npm's registry)
//
// That package has a TypeScript class for each block, and above each member a comment saying what it is. It does not say which
// attributes are sensitive, what the provider itself checks, or what lies in the provider's own features block: that is left empty.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const resources = [
  'resource_group', 'role_assignment', 'role_definition', 'user_assigned_identity', 'private_endpoint', 'servicebus_namespace',
  'servicebus_topic', 'servicebus_subscription', 'servicebus_subscription_rule', 'servicebus_queue',
];

const types = {
  String: 'string', Number: 'number', Boolean: 'bool', List: ['list', 'string'], NumberList: ['list', 'number'],
  StringMap: ['map', 'string'], BooleanMap: ['map', 'bool'], NumberMap: ['map', 'number'],
};

// The TypeScript of one of the package's modules, which its compiler has left in the source map.
function source(folder, module) {
  const text = readFileSync(join(folder, 'package', 'lib', module, 'index.js'), 'utf8');
  return JSON.parse(Buffer.from(/sourceMappingURL=data:application\/json;base64,(.*)/.exec(text)[1], 'base64')).sourcesContent[0];
}

function body(code, name) {
  const found = new RegExp(`^export class ${name} extends [\\s\\S]*?^}`, 'm').exec(code);
  if (!found) throw new Error(`there is no class ${name}`);
  return found[0];
}

// The block that a class stands for.
function block(code, name) {
  const [attributes, block_types] = [{}, {}];
  const member = /^ {2}\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n([\s\S]*?)^ {2}}/gm;
  for (const [, key, computed, optional, required, text] of body(code, name).matchAll(member)) {
    const flags = Object.fromEntries(Object.entries({ required, optional, computed }).filter(([, set]) => set === 'true').map(([flag]) => [flag, true]));
    const nested = /= new (\w+?)(List|OutputReference)\(this, "\w+"(?:, (true|false))?\)/.exec(text);
    if (!nested) attributes[key] = { type: type(text, key), ...flags };
    else if (computed === 'true' && optional !== 'true') attributes[key] = { type: objects(code, nested), computed: true };
    else block_types[key] = blocks(code, nested, flags);
  }

  return { attributes, ...(Object.keys(block_types).length > 0 ? { block_types } : {}) };
}

function type(text, key) {
  const declared = /^ {2}private _\w+\?: (string|boolean|number)(\[\])?[ ;]/.exec(text);
  const found = /(cdktf\.Fn\.tolist\()?this\.get(\w+)Attribute\('/.exec(text);
  // The provider's own are never read back: what is declared has to do.
  const simple = declared?.[1] === 'boolean' ? 'bool' : declared?.[1];
  const known = found ? types[found[2]] : declared?.[2] ? ['list', simple] : simple;
  if (!known) throw new Error(`${key}: no type is known for ${text}`);
  return found?.[1] ? ['set', known[1]] : known;
}

function blocks(code, [, name, kind, set], { required }) {
  const nested = block(code, `${name}OutputReference`);
  if (kind === 'List') return { nesting_mode: set === 'true' ? 'set' : 'list', block: nested, ...(required ? { min_items: 1 } : {}) };
  // At most one: a list says its element's index, which the timeouts of every resource do not have.
  const indexed = /super\(terraformResource, terraformAttribute, false, 0\)/.test(body(code, `${name}OutputReference`));
  return indexed ? { nesting_mode: 'list', block: nested, ...(required ? { min_items: 1 } : {}), max_items: 1 } : { nesting_mode: 'single', block: nested };
}

function objects(code, [, name, , set]) {
  const { attributes } = block(code, `${name}OutputReference`);
  return [set === 'true' ? 'set' : 'list', ['object', Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, value.type]))]];
}

function provider(code) {
  const { attributes } = block(code.replace(/^ {2}\/\/ (alias|features) - .*$/gm, ''), 'AzurermProvider');
  return { attributes, block_types: { features: { nesting_mode: 'list', block: {}, min_items: 1, max_items: 1 } } };
}

const version = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'azurerm-'));
try {
  execFileSync('npm', ['pack', '--loglevel', 'error', `@cdktf/provider-azurerm@${version}`, '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const modules = resources.map(name => name.replaceAll('_', '-'));
  execFileSync('tar', ['xzf', `cdktf-provider-azurerm-${version}.tgz`, ...[...modules, 'provider'].map(module => `package/lib/${module}/index.js`)], { cwd: folder });
  const classOf = module => module.split('-').map(word => word[0].toUpperCase() + word.slice(1)).join('');
  process.stdout.write(JSON.stringify({
    provider_version: /providerVersion: '([^']*)'/.exec(source(folder, modules[0]))[1],
    extracted_from: `npm:@cdktf/provider-azurerm@${version}`,
    provider: { version: 0, block: provider(source(folder, 'provider')) },
    resource_schemas: Object.fromEntries(modules.map((module, i) => [`azurerm_${resources[i]}`, { version: 0, block: block(source(folder, module), classOf(module)) }])),
  }, null, 1) + '\n');
} finally {
  rmSync(folder, { recursive: true });
}
