/** Rules of our own for the linter. */

const prismaModel = ({ object, property }) =>
  property.name === 'findUnique' && object.type === 'MemberExpression' && object.object.name === 'prisma'

export default {
  meta: { name: 'anneal' },
  rules: {
    'find-first': {
      create: (context) => ({
        CallExpression({ callee }) {
          if (callee.type === 'MemberExpression' && prismaModel(callee))
            context.report({
              node: callee,
              message: 'Prisma joins those of one tick into one query, of several teams too: use findFirst.',
            })
        },
      }),
    },
  },
}
