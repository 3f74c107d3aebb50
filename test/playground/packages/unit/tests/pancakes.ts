export const pancakes = `
# Pancakes (4)
- 250 g flour
- 500 ml milk
- 2 pc eggs
- 0.5 tsp salt
Whisk everything until smooth.
Rest for half an hour.
Fry in a hot pan.
`;
