import { UsageError, verb } from '@symbolon/command-line'
import { settings } from '../config.ts'
import { loadQuestions } from '../questions.ts'
import { loadTypes } from '../types.ts'

/** `questions [NAME]`: what this verifier can ask; reading them all is their check. */
export const questions = verb({
  name: 'questions',
  summary: 'the questions this verifier can ask, each read and found right',
  usage: '[NAME] [--questions DIR] [--types DIR] [--lang L]',
  example: 'symbolon-verifier questions museum-reduced-price',
  options: {
    questions: { type: 'string', value: 'DIR', help: 'further questions of your own (specs/question.md)' },
    types: { type: 'string', value: 'DIR', help: 'further types of your own (specs/credential-type.md)' },
    lang: { type: 'string', value: 'L', help: 'nl, fr, de or en; without it, by LANG' },
  },
  operands: [0, 1],
  notes: 'exit 0; 64 for a question that there is not; 78 with every fault of every question.',
  async run({ options, operands: [name] }) {
    const { language } = settings(options)
    const known = loadQuestions(loadTypes(options.types), options.questions)
    const one = name === undefined ? undefined : known.get(name)
    if (name !== undefined && one === undefined)
      throw new UsageError(`questions: there is no question ${name}`, `known are ${[...known.keys()].join(', ')}`)
    if (one === undefined) {
      const rows = [...known.values()].map(({ name, display }) => ({ name, question: display[language].question }))
      return { data: rows, text: rows.map(({ name, question }) => `${name.padEnd(24)} ${question}`).join('\n') }
    }
    const { question, purpose } = one.display[language]
    const { queryJson, authorisation, legal } = one
    const given = Object.fromEntries(Object.entries(one.given).map(([name, { source }]) => [name, source]))
    const data = { name: one.name, question, purpose, given, dcql_query: queryJson, authorisation, legal }
    const wanted = Object.entries(given).map(([name, form]) => `--given ${name}=VALUE, of the form ${form}`)
    return { data, text: [question, purpose, ...wanted, legal.basis, `${authorisation.reference}: ${authorisation.url}`].join('\n') }
  },
})
