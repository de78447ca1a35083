import { registerHooks } from 'node:module'

// For `node --import`: Veramo is not found, as where only the issuer was installed.
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('@veramo/')) return next(specifier, context)
    const error = new Error(`Cannot find package '${specifier}' imported from ${context.parentURL}`)
    throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' })
  },
})
