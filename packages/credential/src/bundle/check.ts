import { SdJwtError } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Check } from '../model.ts'
import { verdict, worst } from '../verify/check.ts'
import { type TextReport, verifyText } from '../verify/index.ts'
import type { Context } from '../verify/policy.ts'
import { type Bundle, checkBundle, openBundle } from './bundle.ts'
import { checkMemory, type Memory } from './memory.ts'

/** The report on a text judged with nothing but a bundle, and the bundle when it could be opened. */
export interface OfflineReport extends TextReport {
  readonly bundle?: Bundle
}

/** Opens a bundle, or reports why it is not used; never an exception for what it holds. */
export async function openForCheck(
  text: string,
  context: Parameters<typeof openBundle>[1],
): Promise<{ readonly bundle: Bundle } | { readonly report: OfflineReport }> {
  try {
    return { bundle: await openBundle(text, context) }
  } catch (error) {
    return { report: { outcome: 'fail', checks: [refused(error)], evidenceAge: null } }
  }
}

/** Judges a text by what an open bundle holds, and whether the bundle may still be relied on; with a memory, also whether a newer one was seen. */
export async function verifyBy(
  bundle: Bundle,
  text: string,
  context: Omit<Context, 'evidence'> & { readonly memory?: Memory },
): Promise<OfflineReport> {
  const { memory, now } = context
  const report = await verifyText(text, bundle.lookup, context)
  const seen = memory === undefined ? [] : [checkMemory(bundle.manifest, memory, now)]
  const checks = [checkBundle(bundle, now), ...seen, ...report.checks]
  return { ...report, outcome: worst(checks), checks, bundle }
}

/** The offline check: first whether the bundle may be believed, then the credential by what the bundle holds; never an exception for what either text holds. */
export async function verifyOffline(text: string, bundleText: string, context: Omit<Context, 'evidence'>): Promise<OfflineReport> {
  const opened = await openForCheck(bundleText, context)
  return 'report' in opened ? opened.report : verifyBy(opened.bundle, text, context)
}

function refused(error: unknown): Check {
  if (error instanceof CredentialError) return verdict('bundle', 'fail', error.code, { detail: error.message })
  if (error instanceof SdJwtError) return verdict('bundle', 'fail', 'bundle_malformed', { detail: error.message })
  throw error
}
