const { readFileSync } = require('fs');
const path = require('path');
const ts = require('typescript');

const text = comment =>
  (typeof comment === 'string' ? comment : ts.getTextOfJSDocComment(comment)) ||
  '';

const oneLine = words => words.replace(/\s+/g, ' ').trim();

function keyOf(name, parent, isList) {
  return `${parent}${parent && '.'}${name}${isList ? '[]' : ''}`;
}

/** The object types within a type, such as those behind `Array<{…}>` or in a union. */
function objectsOf(type) {
  if (ts.isTypeLiteralNode(type)) {
    return [{ literal: type, isList: false }];
  }
  if (ts.isUnionTypeNode(type)) {
    return type.types.flatMap(objectsOf);
  }
  const isList =
    ts.isTypeReferenceNode(type) &&
    ['Array', 'ReadonlyArray'].includes(type.typeName.getText());
  return isList
    ? objectsOf(type.typeArguments[0]).map(({ literal }) => ({
        literal,
        isList: true,
      }))
    : [];
}

/** What else a value may be than the objects that get rows of their own. */
function plainType(type) {
  const plain = (ts.isUnionTypeNode(type) ? type.types : [type]).filter(
    one => objectsOf(one).length === 0,
  );
  return plain.map(one => oneLine(one.getText())).join(' | ');
}

function walk(members, parent, rows) {
  for (const member of members) {
    const { type } = member;
    const doc = member.jsDoc?.at(-1);
    const tag = name => doc?.tags?.find(one => one.tagName.text === name);
    const objects = objectsOf(type);
    const isList = objects.some(object => object.isList);
    // Keys of the reader's own choice have no name here.
    const key = keyOf(member.name?.getText() ?? '*', parent, isList);
    const plain = plainType(type).replace(/\|/g, '\\|');
    const secret = ['visibility', 'deepVisibility'].some(name =>
      text(tag(name)?.comment).startsWith('secret'),
    );
    const wanted = member.questionToken ? '' : 'Needed. ';
    if (doc || plain) {
      rows.push([
        `\`${key}\``,
        plain && `\`${plain}\``,
        oneLine(
          `${wanted}${text(doc?.comment)}${
            tag('default') ? ` Default: ${text(tag('default').comment)}.` : ''
          }${secret ? ' A secret.' : ''}`,
        ).replace(/\|/g, '\\|'),
      ]);
    }
    for (const { literal } of objects) {
      walk(literal.members, key, rows);
    }
  }
}

const tableOf = rows =>
  [
    '| key | value | what it does |',
    '| --- | --- | --- |',
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
  ].join('\n');

/** What an interface beside `Config` describes, such as one type of source, under a heading of its own. */
function sectionOf(node) {
  const rows = [];
  walk(node.members, '', rows);
  const [, type] = /^\s*type: '(.+)';$/m.exec(node.getText()) ?? [];
  const about = oneLine(text(node.jsDoc?.at(-1)?.comment)).replace(
    /, see docs\/(\S+)\.$/,
    ': [how to set it up]($1).',
  );
  const bases = (node.heritageClauses ?? []).flatMap(({ types }) =>
    types.map(base => base.getText()),
  );
  return [
    `### ${type ? `\`type: ${type}\`` : `\`${node.name.text}\``}`,
    '',
    [about, bases.length > 0 && `And the keys of \`${bases.join('`, `')}\`.`]
      .filter(Boolean)
      .join(' '),
    '',
    tableOf(rows),
  ].join('\n');
}

/** The keys that a package reads, as tables in Markdown, from its `config.d.ts`. */
exports.configurationTable = folder => {
  const file = path.join(folder, 'config.d.ts');
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const rows = [];
  const sections = [];
  source.forEachChild(node => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === 'Config') {
      walk(node.members, '', rows);
    } else if (ts.isInterfaceDeclaration(node)) {
      sections.push(sectionOf(node));
    }
  });
  return [tableOf(rows), ...sections].join('\n\n');
};
