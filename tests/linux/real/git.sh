# git: a repository made, changed, branched, merged, cloned and checked.
export GIT_AUTHOR_NAME=someone GIT_AUTHOR_EMAIL=someone@example.org GIT_AUTHOR_DATE='2024-01-02T03:04:05Z'
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat HOME=$PWD
git config --global init.defaultBranch main
git config --global advice.detachedHead false

git init -q first && cd first || exit 1
for i in 1 2 3 4 5; do
  seq "$i" $((i * 100)) > "numbers$i"
  git add "numbers$i"
  git commit -qm "Add numbers $i"
done
git log --oneline --stat

git checkout -qb other HEAD~2
sed -i s/50/fifty/ numbers1
mkdir -p deep/er && echo text > deep/er/file && ln -s er deep/link
git add -A && git commit -qm "Change on a branch"
git checkout -q main
git merge -q --no-edit -m "Merge" other
git log --graph --format='%h %s'
git status --short
git diff HEAD~1 --stat
git mv numbers2 moved && git rm -q numbers3
git status --short
git stash -q && git stash list && git stash pop -q
git commit -qam "Move and remove"

git clone -q . ../second && cd ../second || exit 1
git log --format=%s | sort | head -3
git gc -q && git count-objects -v | grep -E '^(count|in-pack|packs):'
git fsck --full 2>&1
git bisect start -q HEAD HEAD~3 | tail -1
git bisect reset -q
git grep -n fifty
git archive --format=tar HEAD | tar tf - | sort
echo change >> numbers1 && git diff | tail -2
git checkout -q numbers1 && git rev-parse HEAD
