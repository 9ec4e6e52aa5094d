import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Texts for people: what an error says. Their wording is no rule; that an error is thrown, and with which code, is. */
const ERROR = /Error$/;

const isMessage = (path) => {
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return false;
  const { parentPath: call } = path;
  if (call?.isNewExpression()) return call.get('callee').isIdentifier() && ERROR.test(call.node.callee.name);
  if (!call?.isCallExpression() || path.key !== 1) return false;
  const callee = call.node.callee;
  return callee.type === 'MemberExpression' && callee.property.name === 'at' && ERROR.test(callee.object.name ?? '');
};

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'messages', {
    shouldIgnore: (path) => (isMessage(path) ? 'the text of an error' : undefined),
  }),
];
