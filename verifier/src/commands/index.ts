import { trustVerbs, type Verb } from '@symbolon/command-line'
import { settings } from '../config.ts'
import { ask } from './ask.ts'
import { bundleFetch } from './bundle_fetch.ts'
import { bundleInspect } from './bundle_inspect.ts'
import { bundleMerge } from './bundle_merge.ts'
import { challenge } from './challenge.ts'
import { check } from './check.ts'
import { questions } from './questions.ts'
import { serve } from './serve.ts'

/** Everything the verifier can do. */
export const VERBS: readonly Verb[] = [
  serve,
  ask,
  challenge,
  check,
  bundleFetch,
  bundleInspect,
  bundleMerge,
  questions,
  ...trustVerbs('symbolon-verifier', (options) => settings(options).trustFile),
]
