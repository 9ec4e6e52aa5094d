import { compare, isPlain, same, valueAt, type Doc } from './values';

type Variables = Readonly<Record<string, unknown>>;

/** The value of an aggregation expression: what validators, pipeline updates and projections are made of. */
export function evaluate(expression: unknown, doc: Doc, variables: Variables = {}): unknown {
  if (typeof expression === 'string' && expression.startsWith('$$')) {
    const [name = '', ...path] = expression.slice(2).split('.');
    return valueAt(variables[name], path);
  }
  if (typeof expression === 'string' && expression.startsWith('$')) return valueAt(doc, expression.slice(1).split('.'));
  if (Array.isArray(expression)) return expression.map((one) => evaluate(one, doc, variables));
  if (!isPlain(expression)) return expression;
  const [operator, ...others] = Object.keys(expression);
  if (operator === undefined || !operator.startsWith('$') || others.length > 0) return expression;
  if (operator === '$filter') return filtered(expression[operator] as Filtering, doc, variables);
  return applied(operator, evaluate(expression[operator], doc, variables));
}

interface Filtering {
  readonly input: unknown;
  readonly cond: unknown;
}

function filtered({ input, cond }: Filtering, doc: Doc, variables: Variables): unknown {
  const list = evaluate(input, doc, variables);
  if (!Array.isArray(list)) return null;
  return list.filter((one) => isTrue(evaluate(cond, doc, { ...variables, this: one })));
}

const isTrue = (value: unknown): boolean => value !== false && value !== null && value !== undefined && value !== 0;

function applied(operator: string, operand: unknown): unknown {
  const list = operand as unknown[];
  const [a, b] = Array.isArray(operand) ? list : [operand];
  switch (operator) {
    case '$and':
      return list.every(isTrue);
    case '$or':
      return list.some(isTrue);
    case '$not':
      return !isTrue(a);
    case '$eq':
      return same(a, b);
    case '$ne':
      return !same(a, b);
    case '$gt':
      return compare(a, b) > 0;
    case '$gte':
      return compare(a, b) >= 0;
    case '$lt':
      return compare(a, b) < 0;
    case '$in':
      return (b as unknown[]).some((one) => same(a, one));
    case '$add':
      return list.reduce<number>((sum, one) => sum + Number(one), 0);
    case '$subtract':
      return Number(a) - Number(b);
    case '$ifNull':
      return list.find((one) => one !== null && one !== undefined) ?? null;
    case '$concatArrays':
      return (list as unknown[][]).flat();
    case '$cond':
      return isTrue(a) ? b : list[2];
    default:
      throw new Error(`the simulated store does not know ${operator}`);
  }
}
