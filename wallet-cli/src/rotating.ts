/** How often a code on a screen changes, and how long it is shown at most, in milliseconds. */
export const EVERY = 60_000
export const LONGEST = 600_000

/**
 * Shows one code after another, each made when the one before has grown old, until `LONGEST` has passed; answers the last one.
 *
 * Whoever stops it before has shown what was on the screen then, and nothing more.
 */
export async function rotate(
  make: () => Promise<string>,
  show: (code: string, number: number) => void,
  sleep: (milliseconds: number) => Promise<unknown>,
): Promise<string> {
  let code = await make()
  show(code, 1)
  for (let passed = EVERY, number = 2; passed < LONGEST; passed += EVERY, number++) {
    await sleep(EVERY)
    code = await make()
    show(code, number)
  }
  await sleep(EVERY)
  return code
}
