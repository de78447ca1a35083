import { LIMITS, parseJson, parseJsonObject, SdJwtError } from '@symbolon/sd-jwt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof SdJwtError) return error.code
    throw error
  }
  return 'accepted'
}

const unit = (code: string): string => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`
const escapedText = (name: string): string => `"${name.split('').map(unit).join('')}"`

describe('strict JSON', () => {
  it.each([
    ['{"a":1,"a":2}'],
    ['{"a":1,"\\u0061":2}'],
    ['{"\\u0061":1,"a":2}'],
    ['{"a":{"b":1,"b":1}}'],
    ['[{"x":[{"b":1,"c":2,"b":3}]}]'],
    ['{"__proto__":1,"__proto__":2}'],
    ['{"__proto__":1,"\\u005f_proto__":2}'],
    ['{"constructor":1,"constructor":1}'],
    ['{"":1,"":2}'],
    ['{"1":1,"1":2}'],
    ['{"a\\n":1,"a\\u000a":2}'],
    ['{"\\"":1,"\\u0022":2}'],
    ['{"\\\\":1,"\\u005c":2}'],
    ['{"a":{"b":1,"c":2},"a":1}'],
    ['{"😀":1,"\\ud83d\\ude00":2}'],
  ])('a member twice: %s', (text) => {
    expect(codeOf(() => parseJson(text))).toBe('json_member_repeated')
  })

  it.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}'],
    ['{"a:":":","b":"\\":\\"","c\\\\":"\\\\"}'],
    ['{"a":"{\\"b\\":1,\\"b\\":2}"}'],
    ['"a:b:c"'],
    ['{"\\\\\\\\":1,"\\\\\\"":":"}'],
    [' {\n"a" : [ 1 , 2.5e3 , -0 , true , false , null ] }\t'],
    ['{"toString":1,"valueOf":2,"hasOwnProperty":3,"__proto__":{"x":1},"constructor":{"prototype":1}}'],
  ])('no member twice: %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  it.each([
    ['', 'json_malformed'],
    ['{', 'json_malformed'],
    ['{"a":1', 'json_malformed'],
    ['{"a', 'json_malformed'],
    ['{"a\\', 'json_malformed'],
    ["{'a':1}", 'json_malformed'],
    ['{"a":1,}', 'json_malformed'],
    ['{"a":01}', 'json_malformed'],
    ['{"a":NaN}', 'json_malformed'],
    ['{"a":1e400}', 'json_malformed'],
    ['[-1e999]', 'json_malformed'],
    ['{"a":1}{"a":1}', 'json_malformed'],
    ['{"a":"\n"}', 'json_malformed'],
    ['\ufeff{}', 'json_malformed'],
    ['{"a":1} // done', 'json_malformed'],
  ])('%j -> %s', (text, code) => {
    expect(codeOf(() => parseJson(text))).toBe(code)
  })

  it('wants an object where one is needed', () => {
    for (const text of ['[]', 'null', '"a"', '1']) expect(codeOf(() => parseJsonObject(text))).toBe('json_malformed')
    expect(parseJsonObject('{}')).toEqual({})
  })

  it('a message quotes nothing of the text', () => {
    for (const text of ['{"name":"Zoë Peeters"', '{"name":"Zoë Peeters","name":1}']) {
      expect(() => parseJson(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('Zoë') }))
    }
  })

  it('bounds the depth, whatever is written in strings', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(codeOf(() => parseJson(nested(LIMITS.depth)))).toBe('accepted')
    expect(codeOf(() => parseJson(nested(LIMITS.depth + 1)))).toBe('too_deep')
    expect(codeOf(() => parseJson(nested(500_000)))).toBe('too_deep')
    expect(codeOf(() => parseJson('{"a":'.repeat(10_000)))).toBe('too_deep')
    expect(codeOf(() => parseJson(JSON.stringify('['.repeat(10_000))))).toBe('accepted')
    expect(codeOf(() => parseJson(JSON.stringify([`"${'{['.repeat(100)}`])))).toBe('accepted')
  })

  it('bounds the size', () => {
    expect(codeOf(() => parseJson(' '.repeat(LIMITS.size + 1)))).toBe('too_large')
    expect(codeOf(() => parseJson(`${' '.repeat(LIMITS.size - 1)}1`))).toBe('accepted')
  })

  it('prototype-named members are ordinary and touch nothing', () => {
    const value = parseJsonObject('{"__proto__":{"polluted":true},"constructor":1}')
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('reads any JSON as it was written', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        expect(JSON.stringify(parseJson(text))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it('counts no member that somebody put into the prototype of all objects', () => {
    Object.defineProperty(Object.prototype, 'planted', { value: 1, enumerable: true, writable: true, configurable: true })
    const codes = ['{"a":1,"a":2}', '{"a":1,"b":[{"c":2}]}'].map((text) => codeOf(() => parseJson(text)))
    Reflect.deleteProperty(Object.prototype, 'planted')
    expect(codes).toEqual(['json_member_repeated', 'accepted'])
  })

  // The parser of V8 can take such a name for one with a backslash that it has read before (nodejs/node#63785).
  it('reads a name that is escaped as what it is, whatever was read before', () => {
    parseJson('{"h":[],"\\\\":0}')
    expect(parseJson('{"h":1,"\\u0061":2}')).toEqual({ h: 1, a: 2 })
    expect(parseJson('[{"h":{"h":1,"\\n":[{}],"b":[2]},"\\"":" {:\\" "}]')).toEqual([{ h: { h: 1, '\n': [{}], b: [2] }, '"': ' {:" ' }])
    expect(codeOf(() => parseJson('{"h":1,"\\u0068":2}'))).toBe('json_member_repeated')
    expect(codeOf(() => parseJson('{"h":1,"\\u005f_proto__":2,"__proto__":3}'))).toBe('json_member_repeated')
    expect(codeOf(() => parseJson('{"h":1,"\\u0061":2,"\\u0062":3}'))).toBe('accepted')
    expect(parseJson('{"h":1,"\\\\":-0,"\\u005f_proto__":2}')).toEqual(
      Object.fromEntries([
        ['h', 1],
        ['\\', -0],
        ['__proto__', 2],
      ]),
    )
  })

  it('reads any names, with escapes or without, each in a text that others came before', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', '{', '5'), maxLength: 2 })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.boolean()), { maxLength: 4 }), (names) => {
        const text = `{${names.map(([name, isEscaped], at) => `${isEscaped ? escapedText(name) : JSON.stringify(name)}:${at}`).join(',')}}`
        const members = Object.fromEntries(names.map(([name], at) => [name, at]))
        if (Object.keys(members).length < names.length) expect(codeOf(() => parseJson(text))).toBe('json_member_repeated')
        else expect(parseJson(text)).toEqual(members)
      }),
      { numRuns: 3000 },
    )
  })

  it('finds any repeated member, however it is escaped and wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.jsonValue({ maxDepth: 3 }),
        fc.jsonValue({ maxDepth: 3 }),
        fc.nat(4),
        fc.boolean(),
        (name, a, b, depth, escaped) => {
          const object = `{${JSON.stringify(name)}:${JSON.stringify(a)},${escaped ? escapedText(name) : JSON.stringify(name)}:${JSON.stringify(b)}}`
          expect(codeOf(() => parseJson('[{"x":'.repeat(depth) + object + '}]'.repeat(depth)))).toBe('json_member_repeated')
        },
      ),
      { numRuns: 300 },
    )
  })
})
