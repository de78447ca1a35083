import type { Measured } from './issuance/servers.ts'

/** How many per second, of time as it passes and of the server's processor time. */
export interface Pace {
  readonly perSecond: number
  readonly perProcessorSecond: number
}

/** How fast a server does so many of something. */
export async function pace(server: Measured, count: number, action: () => Promise<unknown>): Promise<Pace> {
  const before = await server.ask({ ask: 'used' })
  const start = performance.now()
  await action()
  const seconds = (performance.now() - start) / 1000
  const after = await server.ask({ ask: 'used' })
  return { perSecond: count / seconds, perProcessorSecond: count / (after.seconds - before.seconds) }
}

/** So many wallets at once do so many flows, each one after another; answers the milliseconds of each that came to its end. */
export async function crowd(count: number, wallets: number, flow: (turn: number) => Promise<void>): Promise<number[]> {
  const times: number[] = []
  let turn = 0
  const one = async (): Promise<void> => {
    while (turn < count) {
      const start = performance.now()
      await flow(turn++).then(
        () => times.push(performance.now() - start),
        (error: unknown) => console.error(String(error)),
      )
    }
  }
  await Promise.all(Array.from({ length: wallets }, one))
  return times
}
