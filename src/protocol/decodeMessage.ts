/**
 * Reads one line of JSON that came over a private pipe, and checks it field by field: what passes is what its type says.
 */

type FieldKind =
  | 'number'
  | 'string'
  | 'boolean'
  | 'numbers'
  | 'object'
  | 'objects'
  | 'numberOrNull'
  | 'optionalNumber'
  | 'optionalString'
  | 'optionalNumbers'
  | 'optionalObjects';

/** The fields that a message must have, besides `type`. */
export type MessageShape = Readonly<Record<string, FieldKind>>;

/**
 * One message of one of these types.
 * @throws Error naming the field that is not as it should be.
 */
export function decodeMessage(line: string, shapes: Readonly<Record<string, MessageShape>>): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    throw new Error('a message without a type');
  }
  const message = value as Record<string, unknown> & { type: string };
  const shape = Object.hasOwn(shapes, message.type) ? shapes[message.type] : undefined;
  if (shape === undefined) throw new Error(`a message of the unknown type '${message.type}'`);
  for (const [field, expected] of Object.entries(shape)) {
    if (!isOf(message[field], expected)) throw new Error(`'${field}' of a '${message.type}' message is not ${expected}`);
  }
  return message;
}

function isOf(value: unknown, expected: FieldKind): boolean {
  switch (expected) {
    case 'numbers':
      return Array.isArray(value) && value.every((item) => typeof item === 'number');
    case 'objects':
      return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
    case 'optionalNumbers':
      return value === undefined || isOf(value, 'numbers');
    case 'optionalObjects':
      return value === undefined || isOf(value, 'objects');
    case 'object':
      return typeof value === 'object' && value !== null;
    case 'numberOrNull':
      return value === null || typeof value === 'number';
    case 'optionalNumber':
      return value === undefined || typeof value === 'number';
    case 'optionalString':
      return value === undefined || typeof value === 'string';
    default:
      return typeof value === expected;
  }
}
