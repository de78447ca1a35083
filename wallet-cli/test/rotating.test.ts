import { describe, expect, it } from 'vitest'
import { EVERY, LONGEST, rotate } from '../src/rotating.ts'

describe('a code on a screen', () => {
  it('changes every minute, half as long as it is good, and ends after ten', async () => {
    let made = 0
    let now = 0
    const shown: [at: number, code: string][] = []
    const last = await rotate(
      async () => `code ${++made}`,
      (code) => shown.push([now, code]),
      async (milliseconds) => {
        now += milliseconds
      },
    )
    expect(shown.map(([at]) => at)).toEqual(Array.from({ length: LONGEST / EVERY }, (_, minute) => minute * EVERY))
    expect(new Set(shown.map(([, code]) => code)).size).toBe(10)
    expect([last, now]).toEqual(['code 10', LONGEST])
  })

  it('stops at once when one cannot be made', async () => {
    const shown: string[] = []
    const failing = rotate(
      async () => {
        if (shown.length === 2) throw new Error('no more')
        return 'code'
      },
      (code) => shown.push(code),
      async () => undefined,
    )
    await expect(failing).rejects.toThrow('no more')
    expect(shown).toHaveLength(2)
  })
})
