import { type Answer, EXIT, type Streams } from '@symbolon/command-line'
import { printable } from '@symbolon/credential'
import { inspectAgain, resume, type Unfinished, unfinished } from '@symbolon/wallet'
import type { Settings } from '../config.ts'
import { carefully, fetchAll, lineOf, severally, summary, unknownOf } from '../fetching.ts'
import { outside } from '../outside.ts'
import { anchorsOf, open } from './options.ts'

/** Goes on with everything that was interrupted, and tells issuers what they are still to be told. */
export async function resumeAll(where: Settings, streams: Streams, talk: (line: string) => void): Promise<Answer> {
  const anchors = await anchorsOf(where)
  const wallet = await open(where, streams)
  const goOn = async (one: Unfinished) => {
    talk(`${printable(one.issuer)} has something for you still.`)
    const inspected = await inspectAgain(one, one.configurationIds, anchors, outside)
    unknownOf(inspected, talk)
    return fetchAll(await resume(one, inspected, wallet, outside), inspected, anchors, wallet, talk)
  }
  const { fetched, faults } = await carefully(where, wallet, talk, () => {
    const left = unfinished(wallet)
    if (left.length === 0) talk('Nothing was interrupted.')
    return severally(left, ({ issuer }) => printable(issuer), goOn, talk)
  })
  const credentials = fetched.map((held) => summary(held, where.languages))
  const exit = faults.length > 0 ? EXIT.refused : EXIT.done
  return { data: { credentials, ...(faults.length > 0 && { faults }) }, text: credentials.map(lineOf).join('\n'), exit }
}
