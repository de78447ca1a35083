import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'coverage', '.symbolon'])
/** Eleven digits on their own, or as they are printed: YY.MM.DD-SSS.CC. */
const CANDIDATE = /(?<![0-9A-Za-z_.-])[0-9]{2}[. ]?[0-9]{2}[. ]?[0-9]{2}[-. ]?[0-9]{3}[. ]?[0-9]{2}(?![0-9A-Za-z_-])/g

/** Whether somebody may have this number: a month of the register (00-12) or of a bis number (20-32, 40-52), a day, a serial (001-998), the right check digits. */
function couldBeSomebody(text: string): boolean {
  const digits = text.replaceAll(/[^0-9]/g, '')
  const [month, day] = [Number(digits.slice(2, 4)), Number(digits.slice(4, 6))]
  const first = Number(digits.slice(0, 9))
  const serial = first % 1000
  const check = Number(digits.slice(9))
  const right = check === 97 - (first % 97) || check === 97 - ((2_000_000_000 + first) % 97)
  return month <= 52 && month % 20 <= 12 && day <= 31 && serial >= 1 && serial <= 998 && right
}

function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !NOT_OURS.has(entry.name)) yield* files(join(folder, entry.name))
    else if (entry.isFile() && entry.name !== 'package-lock.json') yield join(folder, entry.name)
  }
}

const numbersIn = (text: string): string[] => (text.match(CANDIDATE) ?? []).filter(couldBeSomebody)

describe('no file holds the number of somebody who may exist', () => {
  test('every complete number lies in the mock register (month + 60)', () => {
    const found = [...files(ROOT)].filter((path) => numbersIn(readFileSync(path, 'latin1')).length > 0)
    expect(found).toEqual([])
  })

  // Such numbers are made here and written nowhere.
  const { insz } = JSON.parse(readFileSync(join(ROOT, 'test/vectors/domain/identifiers.json'), 'utf8')) as {
    insz: { kinds: { first9: string; kind: string }[]; valid: { value: string }[] }
  }
  const complete = (first9: string, century: string) => first9 + String(97 - (Number(century + first9) % 97)).padStart(2, '0')
  test.each(insz.kinds.map(({ kind, first9 }) => [kind, first9]))('%s', (kind, first9) => {
    for (const century of ['', '2']) {
      const number = complete(first9, century)
      const printed = number.replace(/^(..)(..)(..)(...)(..)$/, '$1.$2.$3-$4.$5')
      const found = kind === 'mock' ? [] : [number, printed]
      expect(numbersIn(`"${number}", "${printed}"`)).toEqual(found)
    }
  })
  test('the mock register is not mistaken for it', () => {
    for (const { value } of insz.valid) expect(numbersIn(value)).toEqual([])
  })
})
